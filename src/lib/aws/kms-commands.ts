/** The part of client-kms that distribution uses, loaded when an image asks for a key. */
export { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
