/**
 * The part of client-ec2 that the bakery uses, in a file of its own: ec2.ts loads it with `await import`, and a bundler
 * can leave out the rest, 19 parts of 20.
 */
export {
  CreateTagsCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  EC2Client,
  GetImageAncestryCommand,
  ModifyImageAttributeCommand,
} from '@aws-sdk/client-ec2';
