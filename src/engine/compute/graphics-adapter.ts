/**
 * Whether a device is worth starting. Drivers are loaded into this very process and can end it, so without a sign of
 * hardware, or of the library that drives it, they are left alone unless the user asks for the device by name.
 */
import * as l10n from '@vscode/l10n';
import { readdirSync } from 'node:fs';
import type { DeviceName } from '../../shared/settings';

/** @returns why it is surely not there, or undefined where it may be */
export function hardwareMissing(device: DeviceName): string | undefined {
  switch (device) {
    case 'webgpu':
      return adapterMissing();
    case 'cuda':
      return listed('/dev').includes('nvidiactl') ? undefined : l10n.t('no NVIDIA driver was found');
    default:
      // DirectML and Core ML come with their systems.
      return undefined;
  }
}

function adapterMissing(): string | undefined {
  // Windows and macOS always bring a driver along.
  if (process.platform !== 'linux') return undefined;
  const driversNamed = process.env['VK_ICD_FILENAMES'] ?? process.env['VK_DRIVER_FILES'];
  if (driversNamed !== undefined && driversNamed !== '') return undefined;
  const renders = listed('/dev/dri').some((name) => name.startsWith('renderD'));
  const nvidia = listed('/dev').includes('nvidiactl');
  // WSL shows the card of Windows this way.
  const paravirtual = listed('/dev').includes('dxg');
  if (!renders && !nvidia && !paravirtual) return l10n.t('no graphics adapter was found');
  const driverFolders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
  if (driverFolders.some((folder) => listed(folder).some((name) => name.endsWith('.json')))) return undefined;
  return l10n.t('no Vulkan driver is installed for the graphics adapter');
}

/** A folder that is not there, or may not be read, shows no adapter. */
function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
