/** Says whether a process is there, also another user's. */
export function isProcessAlive(processId: number): boolean {
  try {
    return Number.isInteger(processId) && process.kill(processId, 0);
  } catch (error) {
    // It is there, but another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
