import type { RequestHandler } from 'express';
import { readJson } from '../http/middleware';
import { bodyLimit } from './requests';

const read = readJson(bodyLimit);

/** JSON, or nothing. */
export const optionalBody: RequestHandler = async (req, res, next) => {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = req.headers;
  if (length === '0' && coding === undefined) next();
  else await read(req, res, next);
};
