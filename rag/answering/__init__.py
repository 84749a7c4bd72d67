"""question → understand → retrieve → rank → weigh evidence → write → verify → Answer."""
