raise SystemExit('a loading script is never executed')
