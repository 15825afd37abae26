using System.CommandLine;

namespace StrokeCare.Server.Commands;

internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Bring the schema of the stores up to date");
        command.SetAction(async (_, ct) =>
        {
            await using var session = await OperatorSession.OpenAsync(migrate: true, ct);
            Console.WriteLine("The schema is up to date.");
            return Exit.Done;
        });
        return command;
    }
}
