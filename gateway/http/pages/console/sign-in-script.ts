/**
 * A scanned link has the code behind its #: it is put into the form and out of the address before anything else happens,
 * and one button is left to press. Nothing is sent by itself.
 */
export const SIGN_IN_JS = `(() => {
  'use strict'
  const form = document.getElementById('sign-in')
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (form === null || code === null) return
  history.replaceState(null, '', location.pathname + location.search)
  form.elements.namedItem('code').value = code
  document.getElementById('scanned').hidden = false
  form.querySelector('button').focus()
})()
`
