import type { IncomingMessage } from 'node:http';

/**
 * Does the request bring an image's data? Its client may be unable to send them twice: openstacksdk repeats a request
 * that got 503 with the same file object, which is at its end by then, and would make an image of no bytes.
 */
export function isImageDataUpload({ method, target }: IncomingMessage): boolean {
  const { segments } = target;
  return (
    method === 'PUT' &&
    segments.length === 4 &&
    segments[1] === 'images' &&
    (segments[3] === 'file' || segments[3] === 'stage')
  );
}
