/**
 * Whether a device is worth starting. Drivers are loaded into this very process, can end it, and print their own words
 * between ours: without a sign of hardware, or of the library that drives it, they are left alone.
 */
import * as l10n from '@vscode/l10n';
import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DeviceName } from '../../shared/settings';

/** @returns why it is surely not there, or undefined where it may be */
export function hardwareMissing(device: DeviceName): string | undefined {
  switch (device) {
    case 'webgpu':
      return adapterMissing();
    case 'cuda':
      return hasNvidiaDriver() ? undefined : l10n.t('no NVIDIA driver was found');
    default:
      // DirectML and Core ML come with their systems.
      return undefined;
  }
}

function hasNvidiaDriver(): boolean {
  // WSL brings the driver of Windows along.
  return listed('/dev').includes('nvidiactl') || existsSync('/usr/lib/wsl/lib/libcuda.so.1');
}

function adapterMissing(): string | undefined {
  // Windows and macOS always bring a driver along.
  if (process.platform !== 'linux') return undefined;
  const named = process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES'];
  if (named !== undefined && named !== '') {
    if (named.split(':').some((file) => existsSync(file))) return undefined;
    return l10n.t('the Vulkan driver that the environment names is not there ({0})', named);
  }
  const renders = listed('/dev/dri').some((name) => name.startsWith('renderD'));
  const nvidia = listed('/dev').includes('nvidiactl');
  // WSL shows the card of Windows this way.
  const paravirtual = listed('/dev').includes('dxg');
  if (!renders && !nvidia && !paravirtual) return l10n.t('no graphics adapter was found');
  if (driverFolders().some((folder) => listed(folder).some((name) => name.endsWith('.json')))) return undefined;
  return l10n.t('no Vulkan driver is installed for the graphics adapter');
}

/** Where Vulkan's loader looks for descriptions of drivers; NixOS and flatpak keep them in places of their own. */
function driverFolders(): string[] {
  const named = [process.env['XDG_DATA_DIRS'], process.env['XDG_CONFIG_DIRS'], process.env['XDG_DATA_HOME']];
  const usual = ['/usr/share', '/usr/local/share', '/etc', '/etc/xdg', path.join(os.homedir(), '.local', 'share')];
  const special = ['/run/opengl-driver/share', '/usr/lib/x86_64-linux-gnu/GL', '/usr/lib/aarch64-linux-gnu/GL'];
  const roots = [...usual, ...special, ...named.flatMap((folders) => folders?.split(':') ?? [])];
  return roots.filter((root) => path.isAbsolute(root)).map((root) => path.join(root, 'vulkan', 'icd.d'));
}

/** A folder that is not there, or may not be read, shows no adapter. */
function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
