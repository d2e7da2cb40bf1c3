import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TableCondition } from './edges';

export interface ConditionInput {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/** A condition of the ledger as DynamoDB reads it; nothing where any state will do. */
export function conditionOf(condition: TableCondition): ConditionInput {
  switch (condition.kind) {
    case 'any':
      return {};
    case 'absent':
      return { ConditionExpression: 'attribute_not_exists(pk)' };
    case 'version':
      return {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': { N: String(condition.version) } },
      };
    case 'absent-or-lower':
      return {
        ConditionExpression: 'attribute_not_exists(pk) OR #attribute < :value',
        ExpressionAttributeNames: { '#attribute': condition.attribute },
        ExpressionAttributeValues: { ':value': { N: String(condition.value) } },
      };
  }
}
