using System.Reflection;
using System.Xml.Linq;
using StrokeCare.Patients;
using StrokeCare.Sql;

namespace StrokeCare.Tests.Architecture;

public sealed class ProjectTests
{
    private static readonly Assembly Core = typeof(Patient).Assembly;
    private static readonly Assembly[] Products = [Core, typeof(RelationalStore).Assembly, Assembly.Load("StrokeCare.Mongo")];

    [Fact]
    public void The_clinic_references_no_web_framework_no_data_access_and_no_driver()
    {
        string[] banned = ["Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.Data", "System.Data", "Npgsql", "MongoDB", "linq2db", "DbUp", "dbup", "SQLitePCL"];
        var references = Core.GetReferencedAssemblies().Select(a => a.Name!).ToList();
        Assert.NotEmpty(references);
        Assert.DoesNotContain(references, reference => banned.Any(b => reference.StartsWith(b, StringComparison.OrdinalIgnoreCase)));

        // A package may be referenced and not used yet: the project file is asked too.
        var packages = XDocument.Parse(Source.Read("src/StrokeCare/StrokeCare.csproj")).Descendants("PackageReference").Select(p => (string?)p.Attribute("Include"));
        Assert.Equal(["BCrypt.Net-Next", "CsvHelper", "Microsoft.Extensions.Logging.Abstractions", "ZiggyCreatures.FusionCache"], packages);
    }

    [Fact]
    public void Arrows_between_projects_point_at_StrokeCare_and_only_the_server_knows_the_stores()
    {
        var arrows = Source.Files("src", "*.csproj").ToDictionary(
            path => Path.GetFileNameWithoutExtension(path),
            path => XDocument.Parse(Source.Read(path)).Descendants("ProjectReference")
                .Select(p => Path.GetFileNameWithoutExtension(((string)p.Attribute("Include")!).Replace('\\', '/'))).Order().ToList());
        Assert.Equal(["StrokeCare", "StrokeCare.Mongo", "StrokeCare.Server", "StrokeCare.Sql"], arrows.Keys.Order());
        Assert.Empty(arrows["StrokeCare"]);
        Assert.Equal(["StrokeCare"], arrows["StrokeCare.Sql"]);
        Assert.Equal(["StrokeCare"], arrows["StrokeCare.Mongo"]);
        Assert.Equal(["StrokeCare", "StrokeCare.Mongo", "StrokeCare.Sql"], arrows["StrokeCare.Server"]);
    }

    [Fact]
    public void Classes_are_sealed_unless_something_derives_from_them()
    {
        var types = Products.SelectMany(a => a.GetTypes()).Where(t => t.IsClass && !IsGenerated(t)).ToList();
        var open = types.Where(t => !t.IsSealed && !t.IsAbstract && !types.Exists(other => DerivesFrom(other, t))).Select(t => t.FullName);
        Assert.Empty(open);
    }

    [Fact]
    public void A_command_is_a_public_sealed_record_class_whose_properties_are_set_once()
    {
        var commands = CommandsOf(Core).ToList();
        Assert.Contains(typeof(RegisterPatient), commands);
        Assert.Contains(typeof(StrokeCare.Accounts.CreateUser), commands);
        Assert.All(commands, command =>
        {
            Assert.True(command.IsPublic && command is { IsSealed: true, IsClass: true }, $"{command} is not a public sealed class");
            Assert.True(command.GetMethod("<Clone>$") is not null, $"{command} is not a record");
            Assert.NotNull(command.GetConstructor([]));
            Assert.All(command.GetProperties().Where(p => p.CanWrite), p => Assert.Contains(
                typeof(System.Runtime.CompilerServices.IsExternalInit), p.SetMethod!.ReturnParameter.GetRequiredCustomModifiers()));
        });
    }

    [Fact]
    public void No_type_has_a_name_that_says_nothing()
    {
        string[] banned = ["Dto", "Model", "Vm", "Impl", "Base", "Manager", "Util", "Utils", "Helper", "Helpers", "Service"];
        var named = Products.SelectMany(a => a.GetTypes()).Where(t => !IsGenerated(t)).Select(t => t.Name).Where(name => name != "Core4Model");
        Assert.DoesNotContain(named, name => banned.Any(b => name.EndsWith(b, StringComparison.Ordinal)));
    }

    // The command of an operation is the first parameter of its handler that the clinic declared as an operation's own.
    private static IEnumerable<Type> CommandsOf(Assembly assembly) =>
        from handler in assembly.GetTypes()
        where handler.Name.EndsWith("Handler", StringComparison.Ordinal)
        let command = assembly.GetType(handler.FullName![..^"Handler".Length])
        where command is not null
        select command;

    private static bool DerivesFrom(Type type, Type ancestor) =>
        type.BaseType is { } parent && ((parent.IsGenericType ? parent.GetGenericTypeDefinition() : parent) == ancestor || DerivesFrom(parent, ancestor));

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>() is not null
        || (type.DeclaringType is { } outer && IsGenerated(outer))
        || type.GetCustomAttribute<System.CodeDom.Compiler.GeneratedCodeAttribute>() is not null;
}
