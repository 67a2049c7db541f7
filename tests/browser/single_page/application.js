// A single-page application as its library's manual has it; the tests press its buttons from outside.
const application = new oidc.UserManager({
  ...settings,
  redirect_uri: `${location.origin}/callback`,
  post_logout_redirect_uri: `${location.origin}/signed-out`,
  loadUserInfo: true,
  automaticSilentRenew: false, // the tests say when
});

const show = (text) => { document.querySelector("h1").textContent = text; };

async function start() {
  if (location.pathname === "/callback") await application.signinCallback();
  const user = await application.getUser();
  show(user ? `Hello ${user.profile.preferred_username}` : "Nobody");
}

start().catch((error) => show(`Refused: ${error.error ?? error.message}`));
