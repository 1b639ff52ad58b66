import { render } from 'preact';
import { App } from './app';
import './styles/page.css';
import './styles/parts.css';
import './styles/views.css';

const place = document.getElementById('app');
if (place) render(<App />, place);
