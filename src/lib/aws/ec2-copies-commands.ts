/** The part of client-ec2 that distribution uses, loaded when an image goes to further regions or is shared as snapshots. */
export {
  CopyImageCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
