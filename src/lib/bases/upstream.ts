import type { FindBases } from './candidate';

/** `upstream:BAKERY/NAME@CHANNEL`: what the other bakery announced last, as long as EC2 shows it to this account. */
export const findUpstream: FindBases<'upstream'> = (bases, { region, upstreams, followed }) =>
  Promise.resolve(
    bases.map(({ bakery, image, channel }) => {
      const name = `${bakery}/${image}@${channel}`;
      if (!followed.has(bakery)) {
        return {
          state: 'unusable',
          code: 'UPSTREAM_NOT_FOLLOWED',
          why: `the settings' upstreams do not name bakery "${bakery}"`,
        };
      }
      const record = upstreams.get(name);
      if (record === undefined) {
        return { state: 'unusable', code: 'UPSTREAM_SILENT', why: `${name} has not been announced yet` };
      }
      if (record.revoked.includes(record.bakeId) || record.withdrawn === true) {
        const { bakeId, reasons = {}, withdrawn } = record;
        const why = `${bakeId} of ${name} was revoked${reasons[bakeId] === undefined ? '' : `: ${reasons[bakeId]}`}`;
        const left = withdrawn === true ? '; nothing good is left' : '';
        return { state: 'unusable', code: 'BASE_REVOKED', why: `${why}${left}` };
      }
      const amiId = record.amis[region];
      if (amiId === undefined) {
        return {
          state: 'unusable',
          code: 'BASE_MISSING',
          why: `${name} was announced for ${Object.keys(record.amis).join(', ')}, not for ${region}`,
        };
      }
      return {
        state: 'found',
        amiId,
        ownerId: record.account,
        ancestry: [
          { amiId, image: `${record.account}/${bakery}/${image}`, bakeId: record.bakeId },
          ...record.ancestry,
        ],
        // The other account may take the AMI back at any time.
        alwaysVerify: true,
      };
    }),
  );
