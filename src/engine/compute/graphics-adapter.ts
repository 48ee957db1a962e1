/**
 * Whether a graphics adapter is worth starting WebGPU for. Drivers are loaded into this very process and can end it,
 * so without a sign of hardware they are left alone unless the user asks for WebGPU by name.
 */
import { readdirSync } from 'node:fs';

/** @returns why there is none, or undefined where one is likely */
export function adapterMissing(): string | undefined {
  // Windows and macOS always bring a driver along.
  if (process.platform !== 'linux') return undefined;
  const driversNamed = process.env['VK_ICD_FILENAMES'] ?? process.env['VK_DRIVER_FILES'];
  if (driversNamed !== undefined && driversNamed !== '') return undefined;
  const renders = listed('/dev/dri').some((name) => name.startsWith('renderD'));
  const nvidia = listed('/dev').includes('nvidiactl');
  if (!renders && !nvidia) return 'no graphics adapter was found';
  const driverFolders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
  if (driverFolders.some((folder) => listed(folder).some((name) => name.endsWith('.json')))) return undefined;
  return 'no Vulkan driver is installed for the graphics adapter';
}

/** A folder that is not there, or may not be read, shows no adapter. */
function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
