import { localBackend, motoBackend } from './backend';
import type { Backend } from './backend';
import { dynamodbCases } from './dynamodb-cases';
import { ec2BuildCases } from './ec2-build-cases';
import { ec2Cases } from './ec2-cases';
import { snsCases, sqsCases } from './messaging-cases';
import { MotoServer, motoPath } from './moto-server';
import { ssmCases } from './ssm-cases';
import { stsCases } from './sts-cases';

function contract(backend: () => Backend): void {
  describe('SSM', () => ssmCases(backend));
  describe('DynamoDB', () => dynamodbCases(backend));
  describe('EC2', () => ec2Cases(backend));
  describe('EC2, building', () => ec2BuildCases(backend));
  describe('SQS', () => sqsCases(backend));
  describe('SNS', () => snsCases(backend));
  describe('STS', () => stsCases(backend));
}

describe('the local AWS', () => {
  const local = localBackend();
  contract(() => local);
});

const path = motoPath();
const describeMoto = path === undefined ? describe.skip : describe;
const why =
  path === undefined ? ' (skipped: moto_server is not on the PATH; pip install "moto[server]")' : '';

describeMoto(`moto's server${why}`, () => {
  const server = new MotoServer();
  beforeAll(() => server.start(path!), 60_000);
  afterAll(() => server.stop());
  const moto = motoBackend(() => server.endpoint);
  contract(() => moto);
});
