import { Refused } from './errors';
import type { Image } from './image';
import type { ReceivedData } from './ports';

/** Which data are inspected: none, those of imports, or uploads as well. */
export type FormatCheck = 'off' | 'imports' | 'all';

/** Bytes of the head that an inspection needs: an ISO 9660 volume begins after 32 KiB. */
export const inspectedHeadBytes = 64 * 1024;

type Detected = 'qcow2' | 'qed' | 'vhd' | 'vhdx' | 'vmdk' | 'vdi' | 'iso' | 'luks' | 'gpt' | 'raw';

interface Signature {
  readonly format: Detected;
  readonly at: number;
  /** latin1 */
  readonly text: string;
}

const signatures: readonly Signature[] = [
  { format: 'qcow2', at: 0, text: 'QFI\u00fb' },
  { format: 'qed', at: 0, text: 'QED\u0000' },
  { format: 'vhd', at: 0, text: 'conectix' },
  { format: 'vhdx', at: 0, text: 'vhdxfile' },
  { format: 'vmdk', at: 0, text: 'KDMV' },
  { format: 'vmdk', at: 0, text: '# Disk DescriptorFile' },
  { format: 'vdi', at: 0x40, text: '\u007f\u0010\u00da\u00be' },
  { format: 'iso', at: 0x8001, text: 'CD001' },
  { format: 'luks', at: 0, text: 'LUKS\u00ba\u00be' },
  // A boot record, also of disks without a GUID partition table.
  { format: 'gpt', at: 510, text: 'U\u00aa' },
];

/** Formats that are known by their first bytes; of any other, data are taken unless they are clearly of one of these. */
const inspectable: ReadonlySet<string> = new Set(signatures.map(({ format }) => format));

/** What the data look like; `raw` if they look like nothing. */
export function detectFormat(head: Buffer): Detected {
  const found = signatures.find(({ at, text }) => head.toString('latin1', at, at + text.length) === text);
  return found?.format ?? 'raw';
}

/** Only bare data are inspected, and anything may be raw. @throws Refused format-mismatch */
export function requireMatchingFormat(
  { imageId, diskFormat, containerFormat }: Image,
  { head }: Pick<ReceivedData, 'head'>,
): void {
  if (containerFormat !== 'bare' || diskFormat === null || diskFormat === 'raw') return;
  const found = detectFormat(head);
  const fits = found === diskFormat || (found === 'raw' && !inspectable.has(diskFormat));
  const unsafe = fits && found === 'qcow2' && refersToOtherFiles(head);
  if (fits && !unsafe) return;
  throw new Refused({ kind: 'format-mismatch', imageId, claimed: diskFormat, found, unsafe });
}

/** A backing file, or data in a file of their own: the host that opens the image would read that file. */
function refersToOtherFiles(head: Buffer): boolean {
  if (head.length < 80) return false;
  const externalData = 4n;
  const hasFeatures = head.readUInt32BE(4) >= 3;
  return head.readBigUInt64BE(8) !== 0n || (hasFeatures && (head.readBigUInt64BE(72) & externalData) !== 0n);
}
