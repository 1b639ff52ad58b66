import { ansibleSuite } from './ansible-suite';
import { goSuite } from './go-suites';
import { golangsdkSuite, imsSuites, javaSdkSuite, nodeSdkSuite } from './ims-suites';
import { opentelekomcloudSuite } from './opentelekomcloud-suite';
import { pythonSuite } from './python-suites';
import type { Suite } from './suite';
import { tofuSuite } from './tofu-suite';

const sdk = 'openstacksdk==4.22.0';
const commandLine = 'python-openstackclient==10.5.0';
const sdkTests = 'openstack.tests.functional';
const gophercloud = { module: 'github.com/gophercloud/gophercloud/v2', version: 'v2.15.0' } as const;
const acceptance = 'internal/acceptance/openstack';

const given = (name: string, suite: (path: string) => Suite): Suite[] => {
  const path = process.env[name] ?? '';
  return path === '' ? [] : [suite(path)];
};

/** What others wrote, by name. What no registry has is found by a variable, where it is set. */
export const suites: readonly Suite[] = [
  ansibleSuite,
  tofuSuite,
  ...given('OTC_PROVIDER', opentelekomcloudSuite),
  ...imsSuites,
  ...given('IMS_NODE_SDK', nodeSdkSuite),
  ...given('IMS_JAVA_SDK', javaSdkSuite),
  ...given('GOLANGSDK', golangsdkSuite),
  pythonSuite({
    name: 'sdk-image',
    packages: [sdk],
    modules: [`${sdkTests}.image`, `${sdkTests}.cloud.test_image`],
  }),
  pythonSuite({
    name: 'sdk-identity',
    packages: [sdk],
    modules: [`${sdkTests}.identity`, `${sdkTests}.cloud.test_identity`],
  }),
  pythonSuite({
    name: 'openstackclient-image',
    packages: [commandLine],
    modules: ['openstackclient.tests.functional.image'],
  }),
  pythonSuite({
    name: 'openstackclient-identity',
    packages: [commandLine],
    modules: ['openstackclient.tests.functional.identity.v3'],
  }),
  pythonSuite({
    name: 'glanceclient',
    packages: ['python-glanceclient==4.13.0', sdk],
    modules: ['glanceclient.tests.functional.v2'],
  }),
  goSuite({
    name: 'gophercloud-image-demo',
    ...gophercloud,
    packages: [`${acceptance}/image/v2`],
    person: 'demo',
  }),
  goSuite({
    name: 'gophercloud-image-admin',
    ...gophercloud,
    packages: [`${acceptance}/image/v2`],
    person: 'admin',
  }),
  goSuite({
    name: 'gophercloud-identity',
    ...gophercloud,
    packages: [`${acceptance}/identity/v3`],
    person: 'admin',
  }),
  goSuite({
    name: 'gophercloud-identity-demo',
    ...gophercloud,
    packages: [`${acceptance}/identity/v3`],
    person: 'demo',
  }),
];
