import { posix } from 'node:path';
import type { SFTPWrapper } from 'ssh2';
import ssh2 from 'ssh2';
import type { Machine } from '../transcript';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

interface OpenFile {
  path: string;
  writes: boolean;
  content: Buffer;
}

const directory = { mode: 0o040755, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
const file = (size: number) => ({ mode: 0o100644, uid: 0, gid: 0, size, atime: 0, mtime: 0 });

/** Serves the SFTP that Packer's communicator speaks over what a machine has been given. */
export function serveSftp(sftp: SFTPWrapper, machine: Machine, connection: number): void {
  const open = new Map<number, OpenFile>();
  const listed = new Set<number>();
  const folders = new Set(['/', '/tmp', '.']);
  let handles = 0;
  const handle = (): { number: number; bytes: Buffer } => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(++handles);
    return { number: handles, bytes };
  };
  const opened = (bytes: Buffer): OpenFile | undefined =>
    bytes.length === 4 ? open.get(bytes.readUInt32BE()) : undefined;
  const ok = (id: number) => sftp.status(id, STATUS_CODE.OK);
  const attributes = (id: number, path: string) => {
    const content = machine.files.get(path);
    if (content !== undefined) sftp.attrs(id, file(content.length));
    else if (folders.has(path)) sftp.attrs(id, directory);
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
  };

  // Packer waits for the channel to be closed from this side as well.
  sftp.on('end', () => {
    sftp.end();
  });
  sftp.on('REALPATH', (id, path) => {
    const filename = posix.resolve('/home', path);
    sftp.name(id, [{ filename, longname: filename, attrs: directory }]);
  });
  sftp.on('STAT', attributes);
  sftp.on('LSTAT', attributes);
  sftp.on('FSTAT', (id, bytes) => {
    sftp.attrs(id, file(opened(bytes)?.content.length ?? 0));
  });
  sftp.on('SETSTAT', ok);
  sftp.on('FSETSTAT', ok);
  sftp.on('MKDIR', (id, path) => {
    folders.add(path);
    ok(id);
  });
  sftp.on('OPEN', (id, path, flags) => {
    const writes = (flags & (OPEN_MODE.WRITE | OPEN_MODE.CREAT)) !== 0;
    const content = writes ? Buffer.alloc(0) : machine.download(path, connection);
    if (content === undefined) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    const made = handle();
    open.set(made.number, { path, writes, content });
    sftp.handle(id, made.bytes);
  });
  sftp.on('WRITE', (id, bytes, offset, data) => {
    const target = opened(bytes);
    if (target === undefined) return sftp.status(id, STATUS_CODE.FAILURE);
    const grown = Buffer.alloc(Math.max(target.content.length, offset + data.length));
    target.content.copy(grown);
    data.copy(grown, offset);
    target.content = grown;
    ok(id);
  });
  sftp.on('READ', (id, bytes, offset, length) => {
    const source = opened(bytes);
    if (source === undefined) return sftp.status(id, STATUS_CODE.FAILURE);
    if (offset >= source.content.length) return sftp.status(id, STATUS_CODE.EOF);
    sftp.data(id, source.content.subarray(offset, offset + length));
  });
  sftp.on('CLOSE', (id, bytes) => {
    const closed = opened(bytes);
    if (closed?.writes === true) machine.upload(closed.path, closed.content, connection);
    open.delete(bytes.readUInt32BE());
    listed.delete(bytes.readUInt32BE());
    ok(id);
  });
  sftp.on('OPENDIR', (id) => {
    sftp.handle(id, handle().bytes);
  });
  sftp.on('READDIR', (id) => {
    sftp.status(id, STATUS_CODE.EOF);
  });
  sftp.on('REMOVE', (id, path) => {
    machine.files.delete(path);
    ok(id);
  });
  sftp.on('RMDIR', ok);
  sftp.on('RENAME', (id, from, to) => {
    const content = machine.files.get(from);
    if (content === undefined) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    machine.files.delete(from);
    machine.files.set(to, content);
    ok(id);
  });
}
