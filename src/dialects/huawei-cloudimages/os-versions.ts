/** A system as the vendor lists it. */
export interface OsVersion {
  readonly platform: string;
  readonly osVersion: string;
  readonly bits: 32 | 64;
  readonly osType: 'Linux' | 'Windows';
}

/**
 * Values of `__os_version` from "Values of Related Parameters" of the API reference, as `<name> <release>` with what
 * follows it. A cloud lists what its region can run.
 */
const releases: readonly (readonly [platform: string, name: string, releases: string, ending: string])[] = [
  ['Windows', 'Windows', '10,7 Enterprise,7 Professional', ' 64bit'],
  ['Windows', 'Windows', '7 Professional', ' 32bit'],
  ['Windows', 'Windows Server 2016', 'Standard,Datacenter', ' 64bit'],
  ['Windows', 'Windows Server 2012', 'R2 Standard,Essentials R2,R2 Datacenter,Datacenter,Standard', ' 64bit'],
  ['Windows', 'Windows Server 2008 R2', 'WEB,Standard,Enterprise,Datacenter', ' 64bit'],
  ['SUSE', 'SUSE Linux Enterprise Server', '15 SP1,15,12 SP5,12 SP4,12 SP3,12 SP2,12 SP1,12', ' 64bit'],
  ['SUSE', 'SUSE Linux Enterprise Server', '11 SP4,11 SP3,11 SP1', ' 64bit'],
  ['SUSE', 'SUSE Linux Enterprise Server', '11 SP3', ' 32bit'],
  ['Oracle Linux', 'Oracle Linux Server release', '7.6,7.5,7.4,7.3,7.2,7.1,7.0', ' 64bit'],
  ['Oracle Linux', 'Oracle Linux Server release', '6.10,6.9,6.8,6.7,6.5', ' 64bit'],
  ['RedHat', 'Redhat', '7.6', ' 64bit'],
  ['RedHat', 'Redhat Linux Enterprise', '8.0,7.5,7.4,7.3,7.2,7.1,7.0', ' 64bit'],
  ['RedHat', 'Redhat Linux Enterprise', '6.10,6.9,6.8,6.7,6.6,6.5,6.4', ' 64bit'],
  ['RedHat', 'Redhat Linux Enterprise', '6.6,6.4', ' 32bit'],
  ['Ubuntu', 'Ubuntu', '19.04,18.04,16.04,14.04.5,14.04.4,14.04.3,14.04.1,14.04', ' server 64bit'],
  ['Ubuntu', 'Ubuntu', '16.04.3,16.04.2', ' Server 64bit'],
  ['Ubuntu', 'Ubuntu', '14.04.4,14.04.3,14.04.1,14.04', ' server 32bit'],
  ['openSUSE', 'openSUSE', '42.3,42.2,42.1,15.1,15.0,13.2,11.3', ' 64bit'],
  ['CentOS', 'CentOS', '8.0,7.7,7.6,7.5,7.4,7.3,7.2,7.1,7.0', ' 64bit'],
  ['CentOS', 'CentOS', '6.10,6.9,6.8,6.7,6.6,6.5,6.4,6.3', ' 64bit'],
  ['CentOS', 'CentOS', '7.0,6.10,6.9,6.7,6.6,6.5,6.4,6.3', ' 32bit'],
  [
    'Debian',
    'Debian GNU/Linux',
    '10.0.0,9.3.0,9.0.0,8.10.0,8.8.0,8.7.0,8.6.0,8.5.0,8.4.0,8.2.0,8.1.0',
    ' 64bit',
  ],
  ['Fedora', 'Fedora', '30,29,28,27,26,25,24,23,22', ' 64bit'],
  ['EulerOS', 'EulerOS', '2.9,2.5,2.3,2.2,2.1', ' 64bit'],
  ['CoreOS', 'CoreOS', '1298.6.0,1068.10.0,1010.5.0', ''],
  ['openEuler', 'openEuler', '20.03', ' 64bit'],
];

const others: readonly OsVersion[] = ([32, 64] as const).map((bits) => ({
  platform: 'Other',
  osVersion: `Other(${String(bits)} bit)`,
  bits,
  osType: 'Linux',
}));

export const osVersions: readonly OsVersion[] = [
  ...releases.flatMap(([platform, name, list, ending]) =>
    list.split(',').map((release): OsVersion => ({
      platform,
      osVersion: `${name} ${release}${ending}`,
      bits: ending.endsWith('32bit') ? 32 : 64,
      osType: platform === 'Windows' ? 'Windows' : 'Linux',
    })),
  ),
  ...others,
];

const onArm: ReadonlySet<string> = new Set(['EulerOS', 'openEuler', 'Debian', 'Fedora', 'CentOS', 'Ubuntu']);
const onServers: ReadonlySet<string> = new Set([
  'SUSE',
  'Oracle Linux',
  'RedHat',
  'CentOS',
  'EulerOS',
  'Ubuntu',
]);

/** The vendor does not say which systems have which feature: apart from `x86` and `kvm` these are guesses. */
const features: Readonly<Record<string, (system: OsVersion) => boolean>> = {
  x86: () => true,
  kvm: () => true,
  uefi: ({ bits }) => bits === 64,
  arm: ({ platform, bits }) => bits === 64 && onArm.has(platform),
  bms: ({ platform, bits, osVersion }) =>
    bits === 64 && (onServers.has(platform) || osVersion.startsWith('Windows Server')),
};

/** The systems with all of these features; none has an unknown one. */
export function filterOsVersions(tags: readonly string[]): readonly OsVersion[] {
  const wanted = tags.map((tag) => (Object.hasOwn(features, tag) ? features[tag] : undefined));
  return osVersions.filter((system) => wanted.every((has) => has?.(system) === true));
}
