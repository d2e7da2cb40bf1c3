import { scriptVerdict } from '../../../src/local/packer/script-verdict';
import { Machine } from '../../../src/local/packer/transcript';

describe('the exit code of a recorded script', () => {
  it.each([
    ['nothing in it', '', 0],
    ['commands', '#!/bin/sh -e\nsudo yum update -y\nsleep 30', 0],
    ['exit 7', 'echo a\nexit 7\necho b', 7],
    ['exit 0 before exit 7', 'exit 0\nexit 7', 0],
    ['false', 'echo a\n  false  # on purpose', 1],
    ['false after a semicolon', 'echo a; false', 1],
    ['false that is caught', 'false || true', 0],
    ['exit in a condition', 'if ! test -f /x; then\n  exit 3\nfi\necho b', 0],
    ['exit after a condition', 'if true; then\n  :\nfi\nexit 4', 4],
    ['exit in a function', 'fail() {\n  exit 3\n}\necho b', 0],
    ['exit in a loop', 'for i in 1 2; do\n  exit 3\ndone', 0],
    ['exit in a heredoc', 'cat <<EOF > /x\nexit 3\nEOF\necho b', 0],
    ['exit on a condition', 'test -f /x || exit 3', 0],
    ['a number too large', 'exit 256', 0],
    ['exit in a comment', '# exit 3', 0],
  ])('with %s', (_name, script, expected) => {
    expect(scriptVerdict(script)).toBe(expected);
  });

  it('is that of the uploaded script which a command starts', () => {
    const machine = new Machine(scriptVerdict);
    machine.upload('/tmp/script_1.sh', Buffer.from('exit 5'), 1);
    const codes = [
      'chmod 0755 /tmp/script_1.sh',
      "A='b' /tmp/script_1.sh",
      'rm -f /tmp/script_1.sh',
      'exit 2',
    ].map((command) => machine.execute(command, 1).exitCode);
    expect(codes).toEqual([0, 5, 0, 2]);
  });
});
