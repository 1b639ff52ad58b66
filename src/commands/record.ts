import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { waitForStopSignal } from '../process/stop-signal';
import type { Exchange } from '../recording/exchange';
import { RecordingProxy } from '../recording/proxy';
import { RecordingFile } from '../recording/recording-file';
import { Upstreams } from '../recording/upstreams';

interface RecordOptions {
  readonly upstream: string;
  readonly identity?: string;
  readonly host: string;
  readonly port: number;
  readonly output: string;
  readonly maxBody: number;
  readonly keepData?: true;
  readonly cacert?: string;
}

/** `tagway record`: stands before a cloud and writes down what is asked and answered. */
export function recordCommand(report: (line: string) => void): Command {
  return new Command('record')
    .requiredOption('--upstream <url>', 'the service: Glance, Keystone or Huawei IMS, by http or https')
    .option('--identity <url>', 'its identity service, recorded as well: what begins with /v3 goes there')
    .option('--port <number>', 'where to listen; any free port when not given', wholeNumber(65_535), 0)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--output <file>', 'a new file', 'recording.jsonl')
    .option(
      '--max-body <bytes>',
      'bodies that are longer are not kept',
      wholeNumber(64 * 1024 * 1024),
      1024 * 1024,
    )
    .option('--keep-data', 'keep also image data, up to --max-body')
    .option('--cacert <file>', 'certificates of authorities for https, in place of those that Node knows')
    .addHelpText(
      'after',
      '\nTokens, passwords, keys and cookies are masked. It ends with Ctrl-C; docs/record-and-replay.md says what the file is for.',
    )
    .action((options: RecordOptions) => record(options, report));
}

async function record(options: RecordOptions, report: (line: string) => void): Promise<void> {
  const { upstream, identity, host, port, output, maxBody, keepData = false, cacert } = options;
  const upstreams = new Upstreams(upstream, identity);
  const ca = cacert === undefined ? undefined : readFileSync(cacert, 'utf8');
  const stopped = waitForStopSignal();
  let count = 0;
  let file: RecordingFile | undefined;
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  const write = (exchange: Exchange): void => {
    try {
      file?.append(exchange);
      count++;
    } catch (error) {
      fail(new Error(`${output} cannot be written: ${(error as Error).message}`, { cause: error }));
    }
  };
  const proxy = new RecordingProxy({ upstreams, host, port, ca, maxBody, keepData }, write);
  const url = await proxy.listen();
  try {
    file = RecordingFile.create(output);
    report(`recording ${url} -> ${upstreams.description()} in ${output} until Ctrl-C`);
    for (const hint of upstreams.hints(url)) report(hint);
    await Promise.race([stopped, failed]);
  } finally {
    await proxy.close();
    file?.close();
  }
  report(`${String(count)} exchanges are in ${output}`);
}

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d{1,9}$/.test(text) || number > most)
      throw new InvalidArgumentError(`It must be a whole number from 0 to ${String(most)}.`);
    return number;
  };
}
