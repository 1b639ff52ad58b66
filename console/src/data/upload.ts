import { headersOf, refusalText } from './exchange';
import type { Session } from './session';

/**
 * Sends a file as an image's data. `fetch` does not report the progress of what it sends, so this is the older
 * interface. @param onProgress of 0 to 1 @throws Error in plain words, also when `signal` ended it
 */
export function uploadFile(
  { token }: Session,
  imageId: string,
  file: Blob,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `/v2/images/${encodeURIComponent(imageId)}/file`);
    const headers = headersOf(token, { 'Content-Type': 'application/octet-stream' });
    for (const [name, value] of headers) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => {
      onProgress(total === 0 ? 1 : loaded / total);
    };
    request.onload = () => {
      if (request.status < 400) resolve();
      else reject(new Error(refusalText(answerOf(request))));
    };
    request.onerror = () => {
      reject(new Error('The upload was interrupted.'));
    };
    request.onabort = () => {
      reject(new Error('The upload was canceled.'));
    };
    signal.addEventListener('abort', () => {
      request.abort();
    });
    request.send(file);
  });
}

function answerOf({ status, responseText }: XMLHttpRequest): Parameters<typeof refusalText>[0] {
  return { status, body: responseText, headers: [], milliseconds: 0 };
}
