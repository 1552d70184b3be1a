-- name: accounts
SELECT id, kind, name, parent_id FROM account ORDER BY id;

-- name: add_account
INSERT INTO account (kind, name, parent_id) VALUES (:kind, :name, :parent_id);

-- name: account
SELECT id, kind, name, parent_id FROM account WHERE id = :account_id;

-- name: first_administrator
SELECT id, kind, name, parent_id FROM account WHERE kind = 'administrator' ORDER BY id LIMIT 1;

-- name: below
-- What still belongs to an account.
SELECT 'account' AS what, CAST(id AS TEXT) AS key, id AS rank FROM account WHERE parent_id = :account_id
UNION ALL
SELECT 'app', CAST(id AS TEXT), id FROM app WHERE account_id = :account_id
UNION ALL
SELECT 'extension', number, 0 FROM extension WHERE owner_id = :account_id
ORDER BY what, rank, key;

-- name: other_administrators
SELECT count(*) AS others FROM account WHERE kind = 'administrator' AND id <> :account_id;

-- name: assigned_by_account
SELECT extension, count(*) AS assignments FROM assignment WHERE account_id = :account_id
 GROUP BY extension ORDER BY extension;

-- name: remove_account
DELETE FROM account WHERE id = :account_id;

-- name: apps
SELECT id, account_id, name, client_id, client_secret_hash, signing_secret, former_signing_secret, former_signs_until,
       suspended
  FROM app ORDER BY id;

-- name: add_app
INSERT INTO app (account_id, name, client_id, client_secret_hash)
VALUES (:account_id, :name, :client_id, :client_secret_hash);

-- name: app
SELECT id, account_id, name, client_id, client_secret_hash, signing_secret, former_signing_secret, former_signs_until,
       suspended
  FROM app WHERE id = :app_id;

-- name: valid_tokens
SELECT count(*) AS tokens FROM token WHERE app_id = :app_id AND (expires_at IS NULL OR expires_at > :now);

-- name: assigned_by_app
SELECT extension, count(*) AS assignments FROM assignment WHERE app_id = :app_id
 GROUP BY extension ORDER BY extension;

-- name: remove_app
DELETE FROM app WHERE id = :app_id;

-- name: suspend_app
UPDATE app SET suspended = :suspended WHERE id = :app_id
RETURNING id, account_id, name, client_id, client_secret_hash, signing_secret, former_signing_secret,
          former_signs_until, suspended;

-- name: sign_app
UPDATE app
   SET former_signing_secret = signing_secret, former_signs_until = :former_signs_until, signing_secret = :signing_secret
 WHERE id = :app_id
RETURNING id, account_id, name, client_id, client_secret_hash, signing_secret, former_signing_secret,
          former_signs_until, suspended;

-- name: tokens
SELECT id, token_hash, account_id, app_id, created_at, expires_at FROM token ORDER BY id;

-- name: add_token
INSERT INTO token (token_hash, account_id, app_id, created_at, expires_at)
VALUES (:token_hash, :account_id, :app_id, :created_at, :expires_at);

-- name: remove_token
DELETE FROM token WHERE id = :token_id;

-- name: remove_expired_tokens
DELETE FROM token WHERE expires_at <= :now;
