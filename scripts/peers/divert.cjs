'use strict';

/*
 * Loaded into a gateway: what it asks of a distant host goes to the origin of these runs, which do not reach the Internet.
 * The gateway's own rules of hosts have been asked before.
 */
const http = require('node:http');

const { PEERS_DISTANT_HOST: host, PEERS_ORIGIN: origin } = process.env;
const { request } = http;

http.request = (target, ...rest) => {
  const isDistant = target instanceof URL && target.hostname === host;
  return request(isDistant ? new URL(target.pathname, origin) : target, ...rest);
};
