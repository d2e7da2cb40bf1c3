import Table from 'cli-table3';
import type { createColors } from 'picocolors';
import type { ReportedImage } from '../local/tour/report';

type Colors = ReturnType<typeof createColors>;

/** Below this many columns the reason gets a line of its own. */
const roomyColumns = 110;

/** Of image and AMI: a row without AMI, too, leaves its reason some room. */
const leastWidths = [0, 'x86_64'.length, 0, 'ami-0123456789abcdef0'.length];

/** The table of every image, for a terminal of so many columns. */
export function imagesTable(images: readonly ReportedImage[], columns: number, colors: Colors): string {
  const roomy = columns >= roomyColumns;
  const rows = images.map((image) => ({
    cells: [
      image.account,
      roomy ? `${image.image}\n${colors.dim(image.architecture)}` : image.image,
      image.channel,
      image.amiId ?? '-',
      image.ageSeconds === null ? '-' : age(image.ageSeconds),
      decision(image.decision, colors),
    ],
    architecture: image.architecture,
    reason: image.reason,
  }));
  const head = ['account', 'image', 'channel', 'AMI', 'age', 'decision', ...(roomy ? ['reason'] : [])];
  const widths = head.map((title, index) =>
    Math.max(
      title.length,
      leastWidths[index] ?? 0,
      ...rows.map(({ cells }) => longestLine(cells[index] ?? '')),
    ),
  );
  const used = widths.slice(0, 6).reduce((sum, width) => sum + width + 3, 1);
  const reasonWidth = Math.max(24, Math.min(60, columns - used - 3));
  const boxed = used <= columns;
  const table = new Table({
    head: head.map((title) => colors.bold(title)),
    style: {
      head: [],
      border: [],
      compact: !roomy,
      ...(boxed ? {} : { 'padding-left': 0, 'padding-right': 0 }),
    },
    ...(boxed ? {} : { chars: withoutLines }),
    colWidths: [
      ...widths.slice(0, 6).map((width) => width + (boxed ? 2 : 0)),
      ...(roomy ? [reasonWidth + 2] : []),
    ],
    wordWrap: true,
  });
  for (const { cells, architecture, reason } of rows) {
    if (roomy) table.push([...cells, reason]);
    else table.push(cells, ['', colors.dim(architecture), { content: colors.dim(reason), colSpan: 4 }]);
  }
  return table.toString();
}

/** For terminals that are too narrow for a box: two spaces between columns. */
const withoutLines = {
  ...Object.fromEntries(
    ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) => [
      [side, ''],
      [`${side}-mid`, ''],
      [`${side}-left`, ''],
      [`${side}-right`, ''],
      [`mid-${side}`, ''],
    ]),
  ),
  'left-mid': '',
  'mid-mid': '',
  'right-mid': '',
  middle: '  ',
};

function decision(text: string, colors: Colors): string {
  if (text === 'current') return colors.green(text);
  return text === 'blocked' ? colors.red(text) : colors.yellow(text);
}

// eslint-disable-next-line no-control-regex -- colours take no room
const plain = (text: string): string => text.replace(/\u001b\[\d+m/g, '');
const longestLine = (text: string): number => Math.max(...text.split('\n').map((line) => plain(line).length));

/** `3 s`, `12 min`, `5 h`, `9 d`. */
export function age(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}
