import { createLogger, format, type Logger, transports } from 'winston';
import { LineWriter } from './line-writer';

/** Where winston and its transports look for the finished text (package triple-beam). */
const message = Symbol.for('message');

/** winston's own JSON walks every value with a replacer; an event here is flat and plain. */
const jsonLine = format((info) => {
  info['timestamp'] = new Date().toISOString();
  info[message] = JSON.stringify(info);
  return info;
});

/** One JSON line an event on standard error; standard output is for what people and scripts wait for. */
export function createLog(level: string): Logger {
  const stream = new LineWriter(2);
  return createLogger({ level, format: jsonLine(), transports: [new transports.Stream({ stream })] });
}
