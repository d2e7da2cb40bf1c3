import { call } from './classify';
import type { ClientFactory } from './clients';
import type { ImageLife } from './edges';

/** Taking AMIs out of use, and back; both can be done again. */
export function ec2ImageLife(clients: ClientFactory): ImageLife {
  const sdk = async (region: string) => {
    const ec2 = await import('./ec2-life-commands');
    return { ec2, client: clients(ec2.EC2Client, { region }) };
  };

  return {
    async disable(region, amiId) {
      const { ec2, client } = await sdk(region);
      await call('ec2.DisableImage', () => client.send(new ec2.DisableImageCommand({ ImageId: amiId })));
    },

    async enable(region, amiId) {
      const { ec2, client } = await sdk(region);
      await call('ec2.EnableImage', () => client.send(new ec2.EnableImageCommand({ ImageId: amiId })));
    },
  };
}
