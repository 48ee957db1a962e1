/** Entry of the panel's page. */
import './localization';
import './panel/anomaly-review-panel';
