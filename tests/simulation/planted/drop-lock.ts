import type { PlantedBug } from './bug.ts'

export const dropLock: PlantedBug = {
  sentence: 'Two decisions about one fund do not wait for each other, because its guard is read without FOR UPDATE.',
  breaks: [
    'Nothing fails in a way that nobody thought of.',
    'No fund is below zero except by a debt that is shown.',
    'The ledger proves itself.',
    'Disbursed is approved, and approved was there.',
  ],
  sql: `
    CREATE OR REPLACE FUNCTION ledger.lock_guards(p_funds bigint[]) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE f bigint;
    BEGIN
      FOR f IN SELECT DISTINCT x FROM unnest(p_funds) AS x ORDER BY x LOOP
        PERFORM 1 FROM guard WHERE fund_id = f;
        IF NOT FOUND THEN RAISE EXCEPTION 'This fund does not exist.' USING ERRCODE = 'CP004'; END IF;
      END LOOP;
    END $$`,
}
