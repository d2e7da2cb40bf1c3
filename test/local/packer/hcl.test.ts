import * as fc from 'fast-check';
import { hclItems, HclSyntaxError, type HclItem } from '../../../src/local/packer/shim/hcl';

/** Items as `name@line` and `type labels@line{…}`. */
const outline = (items: HclItem[]): string =>
  items
    .map((item) =>
      item.kind === 'attribute'
        ? `${item.name}@${item.line}`
        : `${[item.type, ...item.labels].join(' ')}@${item.line}{${outline(item.items)}}`,
    )
    .join(' ');

describe('the items of an HCL file', () => {
  it.each([
    ['an attribute', 'a = 1', 'a@1'],
    ['labels of both kinds', 'source "amazon-ebs" web {\n}', 'source amazon-ebs web@1{}'],
    ['a block in one line', 'a { b = 1 }\nc = 2', 'a@1{b@1} c@2'],
    ['a brace in a string', 'a = "}"\nb { c = "{" }', 'a@1 b@2{c@2}'],
    ['a quote in an interpolation', 'a = "x${lookup(m, "}")}y"\nb = 1', 'a@1 b@2'],
    ['an escaped interpolation', 'a = "$${ {"\nb = 1', 'a@1 b@2'],
    ['an escaped quote', 'a = "\\"}"\nb = 1', 'a@1 b@2'],
    ['comments of all kinds', '# a {\n// b {\n/* c {\n */ d = 1 # } \ne = 2 // "', 'd@4 e@5'],
    ['an expression over lines', 'a = [\n  "x", # ]\n  { b = 1 },\n]\nc = 1', 'a@1 c@5'],
    ['a heredoc', 'a = <<EOF\n}\nb = "\nEOF\nc = 1', 'a@1 c@5'],
    ['an indented heredoc', 'x {\n  a = <<-EOT\n    { ${b}\n  EOT\n  c = 1\n}', 'x@1{a@2 c@5}'],
    ['a heredoc in a list', 'a = [<<E\n]\nE\n, 2]\nb = 1', 'a@1 b@5'],
    ['a comparison', 'a = b == c ? 1 : 2\nd = 1', 'a@1 d@2'],
    ['Windows line ends', 'a = 1\r\nb {\r\n  c = 2\r\n}\r\n', 'a@1 b@2{c@3}'],
    ['nothing', '\n# only this\n', ''],
  ])('with %s', (_name, text, expected) => {
    expect(outline(hclItems(text))).toBe(expected);
  });

  it('say where their text stands', () => {
    const text = 'a = [1,\n 2] # note\nb "x" {\n  c = "d"\n}\n';
    const items = hclItems(text);
    expect(items.map(({ start, end }) => text.slice(start, end))).toEqual([
      'a = [1,\n 2]',
      'b "x" {\n  c = "d"\n}',
    ]);
  });

  it.each([
    ['a block without its end', 'x {\n a = 1\n', 1],
    ['a string without its end', 'a = 1\nb = "x\n', 2],
    ['a heredoc without its end', 'a = <<EOF\nx', 1],
    ['a brace too many', 'a = 1\n}\n', 2],
    ['a bracket too few', 'a = [1\nb = 2', 2],
  ])('of a file with %s: none, but its line', (_name, text, line) => {
    const broken = (() => {
      try {
        hclItems(text);
      } catch (error) {
        return error;
      }
    })();
    expect(broken).toBeInstanceOf(HclSyntaxError);
    expect(broken).toMatchObject({ line });
  });

  it('never hang and never throw anything else, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...'a="{}[]()$%<-#/*\\\n E'.split('')), { maxLength: 40 }),
        (parts) => {
          try {
            hclItems(parts.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(HclSyntaxError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
