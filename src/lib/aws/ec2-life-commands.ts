/** Of the life of AMIs what whoever takes one out of use needs, and puts it back: nothing here deletes. */
export { DisableImageCommand, EC2Client, EnableImageCommand } from '@aws-sdk/client-ec2';
