using System.CommandLine;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Server.Commands;

internal static class CreateUserCommand
{
    private static readonly Option<string> Username = new("--username") { Description = "Name to sign in with", Required = true };
    private static readonly Option<string> Email = new("--email") { Description = "E-mail address", Required = true };
    private static readonly Option<string> Role = Roles(new("--role") { Description = "admin, doctor or patient", Required = true });
    private static readonly Option<string?> FirstName = new("--first-name") { Description = "First name" };
    private static readonly Option<string?> LastName = new("--last-name") { Description = "Last name" };
    private static readonly Option<bool> PasswordStdin = new("--password-stdin") { Description = "Read the password from standard input, its first line", Required = true };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the new account as JSON" };

    public static Command Create()
    {
        var command = new Command("create-user", "Make an account") { Username, Email, Role, FirstName, LastName, PasswordStdin, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var password = await Console.In.ReadLineAsync(ct) ?? "";
        await using var session = await OperatorSession.OpenAsync(migrate: false, ct);
        var made = await session.Get<CreateUserHandler>().HandleAsync(
            new CreateUser
            {
                Username = parse.GetRequiredValue(Username),
                Email = parse.GetRequiredValue(Email),
                Password = password,
                Role = AuditNames.Parse<Role>(parse.GetRequiredValue(Role))!.Value,
                FirstName = parse.GetValue(FirstName),
                LastName = parse.GetValue(LastName),
                // Who types it at the console is taken to be whose it is.
                MustChangePassword = false,
            },
            Actor.Operator, null, ct);
        if (!made.Succeeded) return await RefusedAsync(made.Error);
        await session.SettleAsync(ct);
        Console.WriteLine(parse.GetValue(Json)
            ? JsonSerializer.Serialize(new { id = made.Value.User.Id.Value, username = made.Value.User.Username, role = made.Value.User.Role.Wire() })
            : $"user {made.Value.User.Id} {made.Value.User.Username} created as {made.Value.User.Role.Wire()}");
        return Exit.Done;
    }

    private static async Task<int> RefusedAsync(Error error)
    {
        await Console.Error.WriteLineAsync(error.Message);
        foreach (var (field, messages) in error.Fields) await Console.Error.WriteLineAsync($"  {field} {string.Join(' ', messages)}");
        return Exit.Failed;
    }

    private static Option<string> Roles(Option<string> option) => option.AcceptOnlyFromAmong("admin", "doctor", "patient");
}
