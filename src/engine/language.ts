/**
 * Must be the first import of a process that speaks to the editor's user. The editor names a file with the texts of the
 * language that is read there; without one, as on the command line, everything is said in English.
 */
import * as l10n from '@vscode/l10n';
import { existsSync } from 'node:fs';

const texts = process.env['ANOMALY_REVIEW_TEXTS'];
if (texts !== undefined && existsSync(texts)) l10n.config({ fsPath: texts });
