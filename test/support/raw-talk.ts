import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A connection on which a test says what it likes. */
export interface Talk {
  readonly socket: Socket;
  /** All that was heard so far, one character a byte. */
  readonly heard: () => string;
  /** Resolves with all that was heard, when the other side has ended the connection. */
  readonly ended: Promise<string>;
}

export function openTalk(port: number): Talk {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let heard = '';
  socket.on('data', (data) => (heard += data.toString('latin1')));
  // A reset is one of the ways to end a connection.
  socket.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => {
      resolve(heard);
    });
  });
  return { socket, heard: () => heard, ended };
}

/**
 * Says it, and ends its own side after a moment in which nothing more was heard.
 * @returns all that was heard
 */
export async function talk(port: number, text: string): Promise<string> {
  const { socket, ended, heard } = openTalk(port);
  socket.write(Buffer.from(text, 'latin1'));
  let before = -1;
  while (!socket.destroyed && (heard().length === 0 || heard().length !== before)) {
    before = heard().length;
    await sleep(100);
  }
  socket.end();
  return ended;
}

/** Statuses of all answers in what was heard. */
export function statusesIn(heard: string): number[] {
  return [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
