// What `npm start` would have put into the environment; each test file points DATABASE_URL at its own database.
process.env['APP_URL'] ??= 'http://localhost:3000'
process.env['STRIPE_SECRET_KEY'] ??= 'sk_test_sandbox'
process.env['STRIPE_WEBHOOK_SECRETS'] ??= 'whsec_first_test_secret'
process.env['AUTH_SECRET'] ??= 'a-secret-of-the-tests-that-is-long-enough'
process.env['LOG_LEVEL'] ??= 'silent'
