/** Entry of the page of *Scan with Options…*. */
import '../localization';
import './scan-options-page';
