import { createLogger, format, type Logger, transports } from 'winston';
import { formatHumanLogLine } from './human-log';
import { LineWriter } from './line-writer';

/** Where winston and its transports expect the finished text (package triple-beam). */
const message = Symbol.for('message');

/** winston's own JSON walks every value with a replacer; events here are flat and plain. */
const jsonLine = format((info) => {
  info['timestamp'] = new Date().toISOString();
  info[message] = JSON.stringify(info);
  return info;
});

const humanLine = format((info) => {
  info[message] = formatHumanLogLine(new Date(), info);
  return info;
});

/** `auto`: for people if standard error is a terminal, else JSON. */
export type LogForm = 'auto' | 'json' | 'human';

/**
 * One line per event on standard error; standard output is for results.
 * @param isShared whether other processes write to the same standard error
 */
export function createLog(level: string, form: LogForm = 'json', isShared = false): Logger {
  const stream = new LineWriter(2, isShared ? 'shared' : 'alone');
  const isHuman = form === 'human' || (form === 'auto' && process.stderr.isTTY);
  const line = isHuman ? humanLine() : jsonLine();
  return createLogger({ level, format: line, transports: [new transports.Stream({ stream })] });
}
