"""`python -m wardian`: the same as the command `wardian`."""

from wardian.cli.main import main

if __name__ == "__main__":
    main()
