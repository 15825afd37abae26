using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using StrokeCare.Server.Commands;

// Numbers and dates read the same everywhere. Not InvariantGlobalization: it turns Unicode normalization off, and two
// spellings of one user name would become two accounts.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;

var root = new RootCommand("StrokeCare Portal: the stroke clinic's portal and its operator's verbs. Without a verb it serves.")
{
    ServeCommand.Create(),
    MigrateCommand.Create(),
    CreateUserCommand.Create(),
    ImportCommand.Create(),
    AuditCommand.Create(),
    ConsistencyCommand.Create(),
    MongoCommand.Create(),
    RiskCommand.Create(),
    DoctorCommand.Create(),
    DemoCommand.Create(),
    ServeCommand.Migrate,
};
root.SetAction((parse, ct) => ServeCommand.RunAsync(parse.GetValue(ServeCommand.Migrate), ct));

var parse = root.Parse(args);
var serves = parse.CommandResult.Command is RootCommand or { Name: "serve" };
var invocation = new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    // A serving portal hears the signals itself and drains; a verb is asked to stop and given time to end its batch.
    ProcessTerminationTimeout = serves ? null : TimeSpan.FromSeconds(30),
};
var exit = await Exit.FromAsync(() => parse.InvokeAsync(invocation));
return parse.Action is ParseErrorAction ? Exit.Usage : exit;
