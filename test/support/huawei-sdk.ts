import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials';
import { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient';
import { DefaultHttpClient } from '@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient';
import { LocalLogger } from '@huaweicloud/huaweicloud-sdk-core/logger';
import { Region } from '@huaweicloud/huaweicloud-sdk-core/region/region';

/** The SDK prints every refusal whole. */
const silent = new LocalLogger();
silent.error = () => undefined;

export interface SdkCall {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface SdkAnswer {
  readonly httpStatusCode: number;
  readonly [member: string]: unknown;
}

/**
 * The real Node SDK's core with AK/SK alone: it finds its project by the region's name through IAM.
 * Calls are described as the SDK's service packages describe theirs.
 */
export function sdkClient(url: string, pair: { access: string; secret: string }, region: string) {
  const credential = new BasicCredentials().withAk(pair.access).withSk(pair.secret).withIamEndpoint(url);
  const client = new HcClient(new DefaultHttpClient({ logger: silent }, [url]))
    .withCredential(credential)
    .withRegion(new Region(region, url))
    .withEndpoints([url]);
  return {
    projectId: (): string => credential.projectId ?? '',
    send: ({ method, path, query = {}, body }: SdkCall): Promise<SdkAnswer> => {
      const options = {
        method,
        url: path,
        contentType: 'application/json',
        queryParams: query,
        pathParams: { project_id: credential.projectId ?? '' },
        headers: {},
        ...(body && { data: body }),
      };
      return client.sendRequest<never>(options);
    },
  };
}
