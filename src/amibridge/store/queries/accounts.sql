-- name: accounts
SELECT id, kind, name, parent_id FROM account ORDER BY id;

-- name: add_account
INSERT INTO account (kind, name, parent_id) VALUES (:kind, :name, :parent_id);

-- name: account
SELECT id, kind, name, parent_id FROM account WHERE id = :account_id;

-- name: first_administrator
SELECT id, kind, name, parent_id FROM account WHERE kind = 'administrator' ORDER BY id LIMIT 1;

-- name: below
-- How much still belongs to an account.
SELECT (SELECT count(*) FROM account WHERE parent_id = :account_id) AS accounts,
       (SELECT count(*) FROM app WHERE account_id = :account_id) AS apps,
       (SELECT count(*) FROM extension WHERE owner_id = :account_id) AS extensions;

-- name: remove_account
DELETE FROM account WHERE id = :account_id;

-- name: apps
SELECT id, account_id, name, client_id, client_secret_hash, signing_secret, suspended FROM app ORDER BY id;

-- name: add_app
INSERT INTO app (account_id, name, client_id, client_secret_hash)
VALUES (:account_id, :name, :client_id, :client_secret_hash);

-- name: app
SELECT id, account_id, name, client_id, client_secret_hash, signing_secret, suspended FROM app WHERE id = :app_id;

-- name: remove_app
DELETE FROM app WHERE id = :app_id;

-- name: suspend_app
UPDATE app SET suspended = :suspended WHERE id = :app_id
RETURNING id, account_id, name, client_id, client_secret_hash, signing_secret, suspended;

-- name: sign_app
UPDATE app SET signing_secret = :signing_secret WHERE id = :app_id
RETURNING id, account_id, name, client_id, client_secret_hash, signing_secret, suspended;

-- name: tokens
SELECT id, token_hash, account_id, app_id, created_at, expires_at FROM token ORDER BY id;

-- name: add_token
INSERT INTO token (token_hash, account_id, app_id, created_at, expires_at)
VALUES (:token_hash, :account_id, :app_id, :created_at, :expires_at);

-- name: remove_token
DELETE FROM token WHERE id = :token_id;

-- name: remove_expired_tokens
DELETE FROM token WHERE expires_at <= :now;
