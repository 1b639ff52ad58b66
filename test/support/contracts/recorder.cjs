/**
 * Tells of every answer that leaves a server. Plain JavaScript, because processes that run the built gateway load
 * it as well (preload.cjs).
 */

/** Bytes of a body that are kept; of a longer one there is no body to check. */
const mostKept = 1024 * 1024;

/** Calls `told` with the exchange once the answer has left whole; never when the connection broke. */
exports.watch = function watch(req, res, told) {
  const { writeHead, write, end } = res;
  const pieces = [];
  let kept = 0;
  let headers = {};
  const keep = (chunk, encoding) => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    if (String(headers['content-type']).startsWith('application/octet-stream')) return;
    const piece = typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : chunk;
    kept += piece.length;
    if (kept <= mostKept) pieces.push(piece);
  };
  // Headers that are given here do not all get among those that `getHeaders` tells.
  res.writeHead = function (status, ...rest) {
    const given = rest.find((one) => typeof one === 'object' && one !== null) ?? {};
    headers = lowerCase({ ...res.getHeaders(), ...given });
    return writeHead.call(res, status, ...rest);
  };
  res.write = function (chunk, encoding, ...rest) {
    const answer = write.call(res, chunk, encoding, ...rest);
    keep(chunk, encoding);
    return answer;
  };
  res.end = function (chunk, encoding, ...rest) {
    const answer = end.call(res, chunk, encoding, ...rest);
    keep(chunk, encoding);
    return answer;
  };
  res.once('finish', () => {
    const { surface, target, method } = req;
    if (surface === undefined || target === undefined) return;
    const body = kept <= mostKept ? Buffer.concat(pieces).toString('utf8') : null;
    const accept = req.headers.accept ?? null;
    // Only what a dialect read whole is there; image data is not.
    const read = req.receivedBody;
    const sent = read && read.length <= mostKept ? read.toString('utf8') : null;
    const sentType = req.headers['content-type'] ?? null;
    const { statusCode: status } = res;
    told({ surface, method, path: target.path, accept, sent, sentType, status, headers, body });
  });
};

function encodingOf(encoding) {
  return typeof encoding === 'string' ? encoding : 'utf8';
}

function lowerCase(headers) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
