'use strict';
/**
 * Tags an image in both Huawei dialects with the core of Huawei's SDK for Node, which signs each request.
 * Usage: source the gateway's openrc, then  node examples/huawei-sdk/tags.cjs IMAGE_ID
 */
const { BasicCredentials } = require('@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials');
const { HcClient } = require('@huaweicloud/huaweicloud-sdk-core/HcClient');
const { DefaultHttpClient } = require('@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient');

const { OS_AUTH_URL, HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_PROJECT_ID } = process.env;
const gateway = new URL(OS_AUTH_URL).origin;
const imageId = process.argv[2];

const credentials = new BasicCredentials()
  .withAk(HUAWEICLOUD_SDK_AK)
  .withSk(HUAWEICLOUD_SDK_SK)
  .withProjectId(HUAWEICLOUD_SDK_PROJECT_ID);
const client = new HcClient(new DefaultHttpClient({}, [gateway]))
  .withCredential(credentials)
  .withEndpoints([gateway]);

const call = (method, url, data) =>
  client.sendRequest({
    method,
    url,
    contentType: 'application/json',
    queryParams: {},
    pathParams: { project_id: HUAWEICLOUD_SDK_PROJECT_ID, image_id: imageId },
    headers: {},
    ...(data && { data }),
  });

async function main() {
  await call('POST', '/v2/{project_id}/images/{image_id}/tags', { tag: { key: 'signed', value: 'v2' } });
  await call('PUT', '/v1/cloudimages/tags', { image_id: imageId, image_tag: { key: 'too', value: 'v1' } });
  const { tags } = await call('GET', '/v2/{project_id}/images/{image_id}/tags');
  for (const { key, value } of tags) console.log(`${key}: ${value}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
