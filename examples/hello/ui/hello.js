import { connectToShell } from './berth-frame.js';

const page = document.documentElement;
const [main, title, wish, place, button] = ['main', 'h1', '.wish', '.place', 'button'].map((name) =>
  document.querySelector(name),
);

const shell = await connectToShell();
page.lang = shell.locale;
wear(shell.theme);
shell.onTheme(wear);
shell.reportPath('#/', 'Hello');
button.addEventListener('click', greet);
await greet();

function wear(theme) {
  page.dataset.theme = theme;
}

async function greet() {
  main.setAttribute('aria-busy', 'true');
  button.disabled = true;
  try {
    const answer = await shell.fetch('/greeting');
    if (!answer.ok) throw new Error((await answer.json()).title);
    const greeting = await answer.json();
    page.dataset.mood = greeting.mood ?? 'sunny';
    title.textContent = greeting.text;
    wish.textContent = greeting.wish ?? '';
    const time = new Intl.DateTimeFormat(shell.locale, {
      timeStyle: 'short',
      timeZone: shell.timeZone,
    }).format(new Date());
    place.textContent = `Said at ${time}, ${shell.timeZone.replaceAll('_', ' ')}`;
  } catch (error) {
    title.textContent = 'No greeting today';
    wish.textContent = error.message;
  } finally {
    main.removeAttribute('aria-busy');
    button.disabled = false;
  }
}
