/**
 * Disk formats, as images name them: the schema that clients fetch, the checks of a new image, and what a
 * registration creates all follow from here.
 */
export const diskFormats = {
  usual: ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'],
  /** What the service that registers images creates with them. */
  registered: ['zvhd2', 'zvhd', 'qcow', 'qed'],
} as const;

export type DiskFormat = (typeof diskFormats)['usual' | 'registered'][number];

/**
 * Size in bytes of the disk in an image of this format, read from the first bytes of its data; null if
 * unknown. Only bare data is examined.
 */
export function readVirtualSize(
  diskFormat: string | null,
  containerFormat: string | null,
  data: { readonly head: Buffer; readonly size: number },
): number | null {
  if (containerFormat !== 'bare') return null;
  const size = sizeByFormat(diskFormat, data.head, data.size);
  // Larger numbers are inexact, and no disk is that large.
  return size !== null && size > 0 && size <= Number.MAX_SAFE_INTEGER ? size : null;
}

/** Bytes of the head that are required. */
const headLength = 512;

const magic = { qcow2: 'QFI\u00fb', vhd: 'conectix' } as const;

function sizeByFormat(diskFormat: string | null, head: Buffer, size: number): number | null {
  if (diskFormat === 'raw') return size;
  if (head.length < headLength) return null;
  switch (diskFormat) {
    case 'qcow2':
      return head.toString('latin1', 0, 4) === magic.qcow2 ? Number(head.readBigUInt64BE(24)) : null;
    case 'vhd':
      return head.toString('latin1', 0, 8) === magic.vhd ? Number(head.readBigUInt64BE(40)) : null;
    case 'vdi':
      return head.readUInt32LE(0x40) === 0xbeda107f ? Number(head.readBigUInt64LE(0x170)) : null;
    default:
      return null;
  }
}
