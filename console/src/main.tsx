import { render } from 'preact';
import { App } from './app';
import { applyStoredTheme } from './frame/theme';
import './styles/index.css';

applyStoredTheme();
const root = document.getElementById('app');
if (root) render(<App />, root);
