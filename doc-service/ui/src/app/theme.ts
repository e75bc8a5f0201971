import { createTheme, type ConvertCSSVariablesInput, type MantineColorsTuple } from '@mantine/core';

/**
 * The shell's colours, so that the frame has no seam; repeated here because a container's page knows nothing of the shell but the contract. The sixth shade and darker carry white text at 4.5:1.
 */
const harbour: MantineColorsTuple = [
  '#eaf5f9',
  '#d5e9f1',
  '#a9d2e3',
  '#79bad5',
  '#51a2c4',
  '#2f8bb0',
  '#1c7495',
  '#175f7b',
  '#134d64',
  '#0d3a4c',
];
const dark: MantineColorsTuple = [
  '#d3d6dc',
  '#b6bac3',
  '#9aa0ab',
  '#6d7480',
  '#3b404a',
  '#2c3038',
  '#22252c',
  '#1b1e23',
  '#17191d',
  '#101215',
];

export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 6, dark: 6 },
  colors: { harbour, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  headings: { fontWeight: '620' },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  autoContrast: true,
});

/** On top of Mantine's own variables; contrast of at least 4.5:1 for quiet text in both themes. */
export const variables: ConvertCSSVariablesInput = {
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c6470',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#175f7b',
    '--line': '#e4e7eb',
    '--quiet': '#5c6470',
    '--hover': '#f7f8fa',
    '--chosen': '#eaf5f9',
    '--chosen-text': '#134d64',
    '--paper': '#fff',
    '--desk': '#f1f3f5',
    '--bad': '#c92a2a',
    '--found': '#ffe8a3',
    '--found-text': '#3d2f00',
  },
  dark: {
    '--mantine-color-body': '#17191d',
    '--mantine-color-dimmed': '#a0a7b3',
    '--mantine-color-placeholder': '#8d95a2',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#79bad5',
    '--line': '#2a2e35',
    '--quiet': '#a0a7b3',
    '--hover': '#1f2228',
    '--chosen': '#173341',
    '--chosen-text': '#d5e9f1',
    '--paper': '#22252c',
    '--desk': '#101215',
    '--bad': '#ff8787',
    '--found': '#6b5200',
    '--found-text': '#fff3cc',
  },
};
