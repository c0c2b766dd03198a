"""Living environments: packs, tasks, tools, state, people and checks. Pure: no network, no cluster, no model."""
