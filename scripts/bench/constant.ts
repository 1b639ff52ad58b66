import { createServer } from 'node:http';
import express from 'express';

/*
 * The least that Express can do: one route with a parameter, one constant answer. Started as a process of its
 * own by constant-subject.ts, which gives it the answer to send.
 */
const body = process.argv[2] ?? '';
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/v2/images/:id', (_req, res) => {
  res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
});
const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify(server.address())}\n`);
});
