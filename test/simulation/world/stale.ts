import { minuteMs } from '../../../src/lib/definitions/instant';
import type { LocalCodeBuild } from '../../../src/local/builds/codebuild';
import type { LocalAws } from '../../../src/local/aws/create-world';
import type { Answered } from '../../../src/local/aws/registry';
import type { CallSite } from '../../../src/local/aws/world';

/** Reads that AWS documents, or is known, to be eventually consistent. DynamoDB's are all consistent here. */
export const staleReads: ReadonlySet<string> = new Set([
  'EC2.DescribeImages',
  'CodeBuild.ListBuildsForProject',
  'SSM.GetParameters',
]);

/** How old an answer may be. */
const staleMs = { DescribeImages: minuteMs, ListBuildsForProject: minuteMs, GetParameters: 5_000 };

/** The answer as it would have been a little while ago. */
export function freshenAway(
  { aws, codebuild }: { aws: LocalAws; codebuild: () => LocalCodeBuild },
  operation: string,
  answer: Answered,
  at: CallSite,
): Answered {
  const nowMs = aws.clock.now();
  switch (operation) {
    case 'DescribeImages': {
      const { Images = [] } = answer as unknown as { Images?: { CreationDate?: string }[] };
      const known = Images.filter(
        ({ CreationDate }) => nowMs - Date.parse(CreationDate ?? '') > staleMs.DescribeImages,
      );
      return { ...answer, Images: known } as Answered;
    }
    case 'ListBuildsForProject': {
      const { ids = [] } = answer as unknown as { ids?: string[] };
      const sinceMs = nowMs - staleMs.ListBuildsForProject;
      const young = new Set(
        codebuild()
          .builds(at)
          .flatMap(({ id, startTime }) => ((startTime?.getTime() ?? 0) > sinceMs ? (id ?? []) : [])),
      );
      return { ...answer, ids: ids.filter((id) => !young.has(id)) } as Answered;
    }
    case 'GetParameters': {
      const { Parameters = [] } = answer as unknown as { Parameters?: { Name: string; Version: number }[] };
      const earlier = Parameters.flatMap((parameter) => {
        const versions = aws.ssm.stored(at, parameter.Name)?.versions ?? [];
        const newest = versions.at(-1);
        if (newest === undefined || nowMs - newest.atMs > staleMs.GetParameters) return [parameter];
        const before = versions.at(-2);
        return before === undefined ? [] : [{ ...parameter, Value: before.value, Version: before.version }];
      });
      return { ...answer, Parameters: earlier } as Answered;
    }
    default:
      return answer;
  }
}
