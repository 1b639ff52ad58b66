import { applyStoredTheme } from './frame/theme';
import { version } from './frame/version';
import './styles/index.css';

applyStoredTheme();
for (const code of document.querySelectorAll<HTMLElement>('[data-path]')) {
  code.textContent = location.origin + (code.dataset['path'] ?? '');
}
for (const place of document.querySelectorAll('[data-version]')) place.textContent = `Tagway ${version}`;
